package approvals

import (
	"testing"

	"github.com/sluicegate/sluice/internal/check/checktest"
)

func TestCases(t *testing.T) { checktest.Run(t, Check) }
