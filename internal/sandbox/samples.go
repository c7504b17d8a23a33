package sandbox

type scenario struct{}
