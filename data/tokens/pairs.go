package tokens

import (
	"cmp"
	"container/heap"
	"context"
	"iter"
	"maps"
	"slices"

	"latentspace/example"
)

// Pairs learns a vocabulary of at most size tokens from texts: all bytes, and then, again and
// again, the two neighbours that stand together most often become one token, until none stand
// together twice. Among equally frequent ones those come first whose tokens do.
//
// Sennrich, Haddow and Birch, Neural Machine Translation of Rare Words with Subword Units, ACL 2016.
// There the symbols are characters of words. Here they are bytes, and a word has the space before it.
func Pairs(ctx context.Context, of example.Passage, size int, texts iter.Seq[string]) ([]string, error) {
	l := learner{words: Bytes(of), count: map[pair]int{}, in: map[pair][]int{}, token: map[string]int32{}}
	for b := range 256 {
		spelled := string([]byte{byte(b)})
		l.spelled = append(l.spelled, spelled)
		l.token[spelled] = int32(b)
	}
	if err := l.read(ctx, texts); err != nil {
		return nil, err
	}
	for len(l.words) < size && l.queue.Len() > 0 {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		best := heap.Pop(&l.queue).(queued)
		if n := l.count[best.pair]; n != best.count {
			l.push(best.pair) // it has become rarer since
			continue
		}
		l.join(best.pair)
	}
	return l.words, nil
}

// pair is two tokens that stand together.
type pair [2]int32

// learner learns pairs. Tokens are counted without the end.
type learner struct {
	words   []string
	spelled []string         // the bytes of each token
	token   map[string]int32 // by its bytes
	chunks  []chunk
	count   map[pair]int   // how often it stands in the texts
	in      map[pair][]int // chunks that it came to be in
	queue   queue
}

// chunk is a part of the texts, and how often it is there.
type chunk struct {
	tokens []int32
	n      int
}

func (l *learner) read(ctx context.Context, texts iter.Seq[string]) error {
	count := map[string]int{}
	for text := range texts {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		for c := range chunks(text) {
			count[c]++
		}
	}
	for k, text := range slices.Sorted(maps.Keys(count)) {
		c := chunk{n: count[text]}
		for i := range len(text) {
			c.tokens = append(c.tokens, int32(text[i]))
		}
		l.chunks = append(l.chunks, c)
		l.add(k)
	}
	for p := range l.count {
		l.push(p)
	}
	return nil
}

// add counts the pairs of a chunk.
func (l *learner) add(k int) {
	c := l.chunks[k]
	for i := range len(c.tokens) - 1 {
		p := pair(c.tokens[i : i+2])
		l.count[p] += c.n
		l.within(p, k)
	}
}

// within notes that a chunk has a pair.
func (l *learner) within(p pair, k int) {
	if in := l.in[p]; len(in) == 0 || in[len(in)-1] != k {
		l.in[p] = append(in, k)
	}
}

// push puts a pair into the queue, unless it stands there once at most.
func (l *learner) push(p pair) {
	if n := l.count[p]; n > 1 {
		heap.Push(&l.queue, queued{p, n})
	}
}

// join makes a token of a pair, wherever it stands. Another pair may have become the same token
// before.
func (l *learner) join(p pair) {
	spelled := l.spelled[p[0]] + l.spelled[p[1]]
	token, known := l.token[spelled]
	if !known {
		token = int32(len(l.spelled))
		l.token[spelled] = token
		l.spelled = append(l.spelled, spelled)
		l.words = append(l.words, example.EscapeBytes(spelled))
	}
	chunks := l.in[p]
	delete(l.in, p)
	changed := map[pair]bool{}
	for _, k := range chunks {
		c := &l.chunks[k]
		move := func(q pair, n int) {
			l.count[q] += n
			if n > 0 {
				l.within(q, k)
				changed[q] = true
			}
		}
		joined := c.tokens[:0]
		for i := 0; i < len(c.tokens); i++ {
			if i+1 == len(c.tokens) || pair(c.tokens[i:i+2]) != p {
				joined = append(joined, c.tokens[i])
				continue
			}
			if n := len(joined); n > 0 {
				move(pair{joined[n-1], p[0]}, -c.n)
				move(pair{joined[n-1], token}, c.n)
			}
			if i+2 < len(c.tokens) {
				move(pair{p[1], c.tokens[i+2]}, -c.n)
				move(pair{token, c.tokens[i+2]}, c.n)
			}
			joined = append(joined, token)
			i++
		}
		c.tokens = joined
	}
	delete(l.count, p)
	for q := range changed {
		l.push(q)
	}
}

// queue has pairs, the most frequent first.
type queue []queued

type queued struct {
	pair  pair
	count int // when it was put there
}

func (q queue) Len() int { return len(q) }

func (q queue) Less(i, j int) bool {
	a, b := q[i], q[j]
	return cmp.Or(cmp.Compare(b.count, a.count), cmp.Compare(a.pair[0], b.pair[0]), cmp.Compare(a.pair[1], b.pair[1])) < 0
}

func (q queue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }

// Push implements [heap.Interface].
func (q *queue) Push(x any) { *q = append(*q, x.(queued)) }

// Pop implements [heap.Interface].
func (q *queue) Pop() any {
	last := (*q)[len(*q)-1]
	*q = (*q)[:len(*q)-1]
	return last
}
