package explore

import (
	"strings"
	"testing"

	"latentspace/explore/attributes"
)

// What cannot be read is told first where it is the attribute itself.
func TestVariedTellsWhatIsNotRead(t *testing.T) {
	v := VaryReport{Attribute: "kind:b", CodesDrawn: true, Unread: []attributes.Unread{{Attribute: "kind", Why: "by chance"}, {Attribute: "id", Why: "it names the examples"}}}
	for _, want := range []string{"kind cannot be read off examples, so that nothing shows how far it moved; the direction was fitted to such readings", "left out: kind: by chance", "left out: id: it names the examples"} {
		if !strings.Contains(v.String(), want) {
			t.Errorf("nothing says %q:\n%s", want, v)
		}
	}
}
