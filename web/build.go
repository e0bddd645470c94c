package web

// The page is written in web/src as modules of JavaScript, which esbuild puts together. What a server and a
// single file share is in page.js, as the global explorer; beside it stands the script of either.
// Nobody needs these tools but who changes the page: dist is kept with the source.

//go:generate go tool -modfile=../tools/go.mod esbuild src/page.js --bundle --minify --charset=utf8 --format=iife --global-name=explorer --target=es2022 --outfile=dist/page.js --log-level=warning
//go:generate go tool -modfile=../tools/go.mod esbuild src/live.js --bundle --minify --charset=utf8 --format=iife --target=es2022 --outfile=dist/live.js --log-level=warning
//go:generate go tool -modfile=../tools/go.mod esbuild src/file.js --bundle --minify --charset=utf8 --format=iife --target=es2022 --outfile=dist/file.js --log-level=warning
//go:generate go tool -modfile=../tools/go.mod esbuild src/page.css --bundle --minify --charset=utf8 --outfile=dist/page.css --log-level=warning
//go:generate go tool -modfile=../tools/go.mod esbuild src/page.html --loader:.html=copy --outfile=dist/page.html --log-level=warning
//go:generate go tool -modfile=../tools/go.mod esbuild src/icon.svg --loader:.svg=copy --outfile=dist/icon.svg --log-level=warning
