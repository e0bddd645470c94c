package server

import (
	"net/http"
)

// route is a path that is answered.
type route struct {
	post       bool     // else GET and HEAD
	parameters []string // of the URL, besides run
	answer     func(*Server, *request) (content, error)
	stream     func(*Server, http.ResponseWriter, *request) // in place of answer
}

func (r route) method() string {
	if r.post {
		return http.MethodPost
	}
	return http.MethodGet
}

// routes are all paths. None of them has the name of a file of this machine.
var routes = map[string]route{
	"/":         {parameters: []string{"token"}, answer: file("page.html")},
	"/page.js":  {answer: file("page.js")},
	"/live.js":  {answer: file("live.js")},
	"/page.css": {answer: file("page.css")},
	"/icon.svg": {answer: file("icon.svg")},

	"/api/space":      {answer: (*Server).space},
	"/api/codes":      {parameters: []string{"from", "n"}, answer: (*Server).codes},
	"/api/places":     {parameters: []string{"map"}, answer: (*Server).places},
	"/api/values":     {parameters: []string{"attribute"}, answer: (*Server).values},
	"/api/thumbnails": {parameters: []string{"from", "n"}, answer: (*Server).thumbnails},
	"/api/example":    {parameters: []string{"i"}, answer: (*Server).example},
	"/api/decode":     {post: true, answer: (*Server).decode},
	"/api/draw":       {post: true, answer: (*Server).draw},
	"/api/sound":      {post: true, answer: (*Server).sound},
	"/api/prepare":    {post: true, answer: (*Server).prepare},
	"/api/direction":  {parameters: []string{"of"}, answer: (*Server).direction},
	"/api/events":     {stream: (*Server).events},
	"/api/run":        {answer: (*Server).training},
	"/api/picture":    {parameters: []string{"kind", "of"}, answer: (*Server).picture},
	"/api/runs":       {answer: (*Server).list},
}
