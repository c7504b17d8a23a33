package claims

import (
	"strings"
	"unicode"
)

// englishWords and otherWords are the small words by which a text's language shows.
var (
	englishWords = wordSet(`the a an and or of to in for with is are was be it this that these on by from as at not no into when so
		has have which can will now if all only also add adds added update updates updated remove removes removed fix fixes fixed
		use uses new test tests change changes file files`)
	otherWords = wordSet(`der die das und nicht ist für mit ein eine einen den dem des auf wird werden wurde von zu im auch noch
		le la les des une et est pour dans avec pas sur qui que du au aux cette ce ces plus
		el los las una y es para con no se por su del lo como más este esta sin
		o os um uma e não com da do dos das ao mais foi são em na nos
		il gli della di che non per con sono nel alla è delle
		de het een niet van voor met dat zijn op naar ook wordt
		och att det som på är med av inte till den för
		i nie się na jest że do z oraz dla
		ve bir bu için ile olarak değil`)
)

func wordSet(text string) map[string]bool {
	set := map[string]bool{}
	for _, word := range strings.Fields(text) {
		set[word] = true
	}
	return set
}

// english reports whether the statements are in English. A text too short to tell is taken for English: a sentence of
// another language fits no pattern.
func english(said []statement) bool {
	letters, foreign, ours, others := 0, 0, 0, 0
	for i := range said {
		for _, r := range said[i].text {
			if unicode.IsLetter(r) && !isObject(r) {
				letters++
				if !unicode.Is(unicode.Latin, r) {
					foreign++
				}
			}
		}
		for _, word := range strings.FieldsFunc(said[i].text, func(r rune) bool { return !unicode.IsLetter(r) && r != '\'' }) {
			if englishWords[word] {
				ours++
			} else if otherWords[word] {
				others++
			}
		}
	}
	return foreign*3 <= letters && (others < 3 || others <= ours)
}
