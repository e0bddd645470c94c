package server

import (
	"errors"
	"math"
	"strings"
	"testing"
)

// What is no code is refused with a sentence.
func TestCodesThatAreNone(t *testing.T) {
	b := opened(t, usual)
	for _, body := range []string{
		``, `null`, `[]`, `{}`, `1`, `"codes"`, `{"codes":null}`, `{"codes":[]}`, `{"codes":[[]]}`, `{"codes":[null]}`, `{"codes":[[0,0]]}`, `{"codes":[[0,0,0,0]]}`, `{"codes":[0,0,0]}`,
		`{"codes":[[0,0,1e30]]}`, `{"codes":[[0,0,-1e30]]}`, `{"codes":[[0,0,1e999]]}`, `{"codes":[[0,0,100.001]]}`, `{"codes":[[0,0,NaN]]}`, `{"codes":[[0,0,Infinity]]}`,
		`{"codes":[[0,0,null]]}`, `{"codes":[[0,0,"NaN"]]}`, `{"codes":[[0,0,"0"]]}`, `{"codes":[[0,0,true]]}`, `{"codes":[[0,0,[0]]]}`, `{"codes":[[0,0,{}]]}`,
		`{"codes":[[0,0,0]],"codes":[[0,0,0]]}`, `{"codes":[[0,0,0]],"CODES":[[0,0,0]]}`, `{"codes":[[0,0,0]],"other":1}`, `{"codes":[[0,0,0]]} {}`, `{"codes":[[0,0,0]]`,
		`{"codes":` + strings.Repeat("[", 5000) + strings.Repeat("]", 5000) + `}`, `{"codes":[[0,0,0]],"conditions":{"class":"3"}}`, `{"codes":[[0,0,0]],"conditions":{"class":3}}`,
		`{"codes":[[0,0,0]],"conditions":[]}`, "\xff\xfe", `{"codes":[[0,0,0x10]]}`, `{"codes":[[0,0,1_0]]}`,
	} {
		wants(t, body[:min(len(body), 60)], b.post("/api/decode", body, nil), 400)
	}
	for _, body := range []string{`{"codes":[[0,0,0]],"conditions":{}}`, `{"codes":[[100,-100,1e-30]],"conditions":null}`} {
		wants(t, body, b.post("/api/decode", body, nil), 200)
	}
	for _, body := range []string{
		`{"prior":"model","n":0}`, `{"prior":"model","n":257}`, `{"prior":"model","n":-1}`, `{"prior":"model","n":1e3}`, `{"prior":"model","n":1.5}`, `{"prior":"model","n":"1"}`,
		`{"prior":"other","n":1}`, `{"n":1}`, `{"prior":"model","n":1,"seed":-1}`, `{"prior":"model","n":1,"seed":18446744073709551616}`, `{"prior":"model","n":1,"conditions":{"class":"3"}}`,
	} {
		wants(t, body, b.post("/api/draw", body, nil), 400)
	}
	for _, query := range []string{"from=-1", "from=0x1", "from=1e1", "from=01", "from=%2b1", "from=1&from=2", "other=1", "from=9999999999999999999", "n=0", "from=1;n=2", "from=%zz", "run=1", "run=-1", "from=" + strings.Repeat("1", 300)} {
		wants(t, query, b.get("/api/codes?"+query, "", nil), 400)
	}
}

// Whatever a request has in it, it is read as codes of finite values, or refused with a sentence.
func FuzzRequest(f *testing.F) {
	for _, s := range []string{
		`{"codes":[[0,0,0]],"conditions":{"class":"3"}}`, `{"codes":[[1e30,NaN,null]]}`, `{"prior":"gmm","n":16,"seed":5,"conditions":{}}`, `{"what":"map:tsne"}`, `{"code":[1,2,3]}`,
		"from=1&n=2", "run=0&i=7", "from=%00&from=", `{"codes":[[-1E+2,1e-400,0.1]]}`, `[[[[`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		sentence := func(err error) {
			var r *refusal
			if err != nil && (!errors.As(err, &r) || r.status < 400 || r.text == "") {
				t.Errorf("%q: %v", s, err)
			}
		}
		q, err := readQuery(s, []string{"run", "from", "n"})
		sentence(err)
		for _, name := range []string{"run", "from", "n"} {
			v, err := q.number(name, 3, 0, 1000)
			sentence(err)
			if v < 0 || v > 1000 {
				t.Errorf("%q: %s is %d", s, name, v)
			}
		}
		var d decodeRequest
		if err := readBody(strings.NewReader(s), &d); err != nil {
			sentence(err)
		} else if z, err := codesOf(d.Codes, 3); err != nil {
			sentence(err)
		} else {
			for _, v := range z.Data {
				if !(math.Abs(float64(v)) <= mostZ) {
					t.Errorf("%q: a code of %v", s, v)
				}
			}
		}
		var sound soundRequest
		sentence(readBody(strings.NewReader(s), &sound))
		var draw drawRequest
		sentence(readBody(strings.NewReader(s), &draw))
	})
}
