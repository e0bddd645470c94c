package main

// serving are the defences of the explorer, a page that a program of this machine serves.
var serving = []mutant{
	// Who is let in.
	{"the explorer may be reached from other machines", "", "ip == nil || !ip.IsLoopback() {", "ip == nil {", "", "TestOnlyAddresses"},
	{"any name of the server is answered", "", "if !slices.Contains(s.hosts, r.Host) {", "if !slices.Contains(s.hosts, r.Host) && false {", "", "TestOtherHosts"},
	{"a page of another origin is answered", "", `len(origins) == 1 && origins[0] != "http://"+r.Host {`, `len(origins) == 1 && origins[0] != "http://"+r.Host && false {`, "", "TestOtherHosts"},
	{"a page of another site is answered", "", `len(sites) == 1 && sites[0] != "same-origin" &&`, `len(sites) == 1 && sites[0] != "same-origin" && false &&`, "", "TestOtherHosts"},
	{"a request that changes something need not say where it comes from", "", "if r.Method == http.MethodPost && len(origins) == 0 {", "if r.Method == http.MethodPost && len(origins) == 0 && false {", "", "TestOtherHosts"},
	{"the page is for everyone", "", "return err == nil && s.admission.admits(c.Value)", "return err != nil || s.admission.admits(c.Value)", "", "TestAToken"},
	{"any cookie is the right one", "", "return same(cookie, a.cookie)", `return cookie != ""`, "", "TestAToken"},
	{"a token opens twice", "", `a.used, a.token = a.token, ""`, "a.used = a.token", "", "TestAToken"},
	{"scripts may read the cookie", "", "HttpOnly: true, ", "", "", "TestAToken"},
	{"other sites send the cookie", "", "SameSite: http.SameSiteStrictMode", "SameSite: http.SameSiteLaxMode", "", "TestAToken"},
	{"every token has its successor", "", `if a.token != "" {`, `if a.token != "" && false {`, "", "TestAToken"},
	{"explorers of several ports share a cookie", "", `return "explorer-" + strconv.Itoa(s.port)`, `return "explorer"`, "", "TestTheCookie"},

	// What is asked for.
	{"a path is answered by any method", "", "r.Method != method && !(r.Method == http.MethodHead && method == http.MethodGet) {", "r.Method != method && false {", "", "TestOtherMethods"},
	{"a form is taken for JSON", "", `kind != "application/json" ||`, `kind == "" ||`, "", "TestOtherMethods"},
	{"a path may be spelled in another way", "", "!ok || r.URL.EscapedPath() != r.URL.Path {", "!ok {", "", "TestPaths"},
	{"a parameter may be there twice", "", "len(all) != 1 || len(all[0]) > mostWord {", "len(all[0]) > mostWord {", "", "TestCodesThat"},
	{"a parameter may be unknown", "readQuery", "if !slices.Contains(known, name) {", "if !slices.Contains(known, name) && false {", "", "TestCodesThat"},
	{"a code may have any value", "", "!(v >= -mostZ && v <= mostZ) {", "v != v {", "", "TestCodesThat"},
	{"a code may have any length", "", "if len(row) != dim {", "if len(row) < dim {", "", "TestCodesThat"},
	{"there may be any number of codes", "", "len(rows) < 1 || len(rows) > mostCodes {", "len(rows) < 1 {", "", "TestLargeRequests"},
	{"a body may be of any size", "", "http.MaxBytesReader(w, r.Body, mostBody)", "r.Body", "", "TestLargeRequests"},
	{"a header may be of any size", "", "if headerSize(r) > s.limits.header {", "if headerSize(r) > s.limits.header && false {", "", "TestLargeRequests"},
	{"a picture of training may be any file", "", `kind != "samples" && kind != "reconstructions" {`, `kind == "" {`, "", "TestAPageFollows"},

	{"a run that is opened in the page may be downloaded", "", "s.runs.ctx = locate.ReadOnly(ctx)", "_ = locate.ReadOnly(ctx)", "", "TestThePageGets"},
	{"data are downloaded where they must not be", "", "if IsOffline(ctx) {", "if IsOffline(ctx) && false {", "", "TestNothingIsDownloaded"},
	{"a cache is written where it must not be", "", "if locate.IsReadOnly(ctx) {", "if locate.IsReadOnly(ctx) && false {", "", "TestACacheThatIsOnlyRead"},

	// How much is done.
	{"a reply may be of any size", "", "err == nil && len(c.body) > mostReply {", "err == nil && false {", "", "TestLargeReplies"},
	{"there may be any number of connections", "", "case l.free <- struct{}{}:", "case make(chan struct{}, 1) <- struct{}{}:", "", "TestAListener|TestConnections"},
	{"a connection that is closed twice makes room twice", "", "c.once.Do(c.done)", "c.done()", "", "TestAConnection"},
	{"any number of decodes may wait", "", "make(chan struct{}, running+waiting)}", "make(chan struct{}, 1000)}", "", "TestDecodes"},
	{"any number of decodes run at a time", "", "&gate{make(chan struct{}, running),", "&gate{make(chan struct{}, 1000),", "", "TestDecodes"},
	{"a slow header is waited for", "", "ReadHeaderTimeout:            s.limits.request,\n\t\tReadTimeout:                  s.limits.request,", "", "", "TestConnections"},
	{"a slow reader is waited for", "", "WriteTimeout:                 s.limits.request + time.Second,", "", "", "TestASlowReader"},
	{"a header without an end is read on", "", "MaxHeaderBytes:               s.limits.header,", "", "", "TestAHeaderWithout"},
	{"a request may take any time", "", "context.WithTimeout(r.Context(), s.limits.request)", "context.WithCancel(r.Context())", "", "TestARequestEnds"},
	{"any number of things wait to be prepared", "", "if len(j.waiting) >= mostWaiting {", "if false {", "", "TestFewThings"},
	{"there may be any number of streams", "", "if len(h.streams) >= most {", "if false {", "", "TestStreams|TestASlowStream"},
	{"a stream that does not read is waited for", "", "default:\n\t\t\th.cut(s)", "default:", "", "TestASlowStream"},
	{"every model stays in memory", "", "if len(r.held) < mostHeld {", "if true {", "", "TestFewModels"},
	{"a job on a former model goes on", "", "w.stop(errStale)", "_ = errStale", "", "TestJobsOn"},
	{"the training tells where it is", "", `filepath.Base(m.Checkpoint), ""`, "filepath.Base(m.Checkpoint), m.Data.Dir", "", "TestAPageFollows"},
}
