package ops_test

import (
	"testing"

	"latentspace/nn"
)

func TestShapesThatDoNotFitAreErrors(t *testing.T) {
	tests := map[string]struct {
		f    func(x, y, v, p nn.Node) nn.Node // (3, 4), (5, 2), (7), (1, 4, 4, 2)
		want string
	}{
		"a product whose inner sizes differ": {
			func(x, y, _, _ nn.Node) nn.Node { return x.MatMul(y) },
			"nn: scope: matmul: shapes [3 4] and [5 2] do not agree: inner sizes 4 and 5"},
		"a product with a transposed operand whose inner sizes differ": {
			func(x, y, _, _ nn.Node) nn.Node { return x.MatMulT(y) },
			"nn: scope: matmul: shapes [3 4] and [5 2]ᵀ do not agree: inner sizes 4 and 2"},
		"a product with a vector": {
			func(x, _, v, _ nn.Node) nn.Node { return x.MatMul(v) },
			"nn: scope: matmul: shapes [3 4] and [7], want two matrices"},
		"products of each of matrices": {
			func(x, y, _, _ nn.Node) nn.Node { return x.MatMulEach(y) },
			"nn: scope: matmul of each: shapes [3 4] and [5 2], want as many matrices in both"},
		"products of each whose inner sizes differ": {
			func(_, _, _, p nn.Node) nn.Node { return p.Reshape(2, 4, 4).MatMulEachT(p.Reshape(2, 8, 2)) },
			"nn: scope: matmul of each: shapes [2 4 4] and [2 8 2]ᵀ do not agree: inner sizes 4 and 2"},
		"vectors of another number of examples": {
			func(x, y, _, p nn.Node) nn.Node { return p.NormaliseEach(y, y, y) },
			"nn: scope: normalise each: shapes [1 4 4 2] and [5 2], want (batch, …, n) and (batch, n)"},
		"factors of each of another length": {
			func(x, _, _, p nn.Node) nn.Node { return p.MulEach(x) },
			"nn: scope: mul each: shapes [1 4 4 2] and [3 4], want (batch, …, n) and (batch, n)"},
		"moments of each of a vector": {
			func(_, _, v, _ nn.Node) nn.Node { m, _ := v.MomentsEach(); return m },
			"nn: scope: moments of each: shape [7], want (batch, …, n)"},
		"a sum of two shapes": {
			func(x, y, _, _ nn.Node) nn.Node { return x.Add(y) },
			"nn: scope: add: shapes [3 4] and [5 2], want them equal"},
		"a row of another length": {
			func(x, _, v, _ nn.Node) nn.Node { return x.AddRow(v) },
			"nn: scope: add row: shapes [3 4] and [7], want (…, n) and (n)"},
		"a column of another length": {
			func(x, _, v, _ nn.Node) nn.Node { return x.MulCol(v) },
			"nn: scope: mul column: shapes [3 4] and [7], want (n, …) and (n)"},
		"a reshape to another number of elements": {
			func(x, _, _, _ nn.Node) nn.Node { return x.Reshape(5, 2) },
			"nn: scope: reshape: [3 4] to [5 2], want the same number of elements"},
		"a slice beyond the end": {
			func(x, _, _, _ nn.Node) nn.Node { return x.Slice(1, 2, 5) },
			"nn: scope: slice: [2, 5) of axis 1 of shape [3 4] is out of range"},
		"a convolution of a matrix": {
			func(x, y, _, _ nn.Node) nn.Node { return x.Conv(y, 1, 0) },
			"nn: scope: conv: shapes [3 4] and [5 2], want (batch, height, width, in) and (height, width, in, out)"},
		"a convolution without a stride": {
			func(_, _, _, p nn.Node) nn.Node { return p.Conv(p.Reshape(4, 4, 2, 1), 0, 0) },
			"nn: scope: conv: kernel 4×4, stride 0, pad 0, want kernel and stride of at least 1 and pad of at least 0"},
		"a kernel larger than the picture": {
			func(_, _, _, p nn.Node) nn.Node { return p.AvgPool(2, 2).Conv(p.Reshape(4, 4, 2, 1), 1, 0) },
			"nn: scope: conv: a 4×4 kernel does not fit into 2×2 pictures with pad 0"},
		"a pool larger than the picture": {
			func(_, _, _, p nn.Node) nn.Node { return p.MaxPool(5, 5) },
			"nn: scope: max pool: 5×5 windows, stride 5, do not fit into 4×4 pictures"},
		"an axis that there is not": {
			func(x, _, _, _ nn.Node) nn.Node { return x.SumAxis(2) },
			"nn: scope: sum of an axis: axis 2 of shape [3 4], want one from 0 to 1"},
		"a mean of an axis that there is not": {
			func(x, _, _, _ nn.Node) nn.Node { return x.MeanAxis(-1) },
			"nn: scope: mean of an axis: axis -1 of shape [3 4], want one from 0 to 1"},
		"no repetition": {
			func(x, _, _, _ nn.Node) nn.Node { return x.Repeat(0) },
			"nn: scope: repeat: shape [3 4], 0 times, want (b, …) and at least once"},
		"a new axis that is too far": {
			func(x, _, _, _ nn.Node) nn.Node { return x.RepeatAxis(3, 2) },
			"nn: scope: repeat: shape [3 4], 2 times along a new axis 3, want an axis from 0 to 2 and at least once"},
		"tensors that do not fit side by side": {
			func(x, y, _, _ nn.Node) nn.Node { return nn.Concat(1, x, y) },
			"nn: scope: concat: shape [5 2] of tensor 1, want that of the first, [3 4], but for axis 1"},
		"tensors of several ranks side by side": {
			func(x, _, v, _ nn.Node) nn.Node { return nn.Concat(0, x, v) },
			"nn: scope: concat: shape [7] of tensor 1, want that of the first, [3 4], but for axis 0"},
		"tensors along no axis": {
			func(x, _, _, _ nn.Node) nn.Node { return nn.Concat(2, x, x) },
			"nn: scope: concat: axis 2 of shape [3 4], want one from 0 to 1"},
		"no tensors at all": {
			func(x, _, _, _ nn.Node) nn.Node { return x.Add(nn.Concat(0)) },
			"nn: scope: concat: no tensors, want one at least"},
		"a transpose of a vector": {
			func(_, _, v, _ nn.Node) nn.Node { return v.T() },
			"nn: scope: transpose: shape [7], want a matrix"},
		"no classes": {
			func(_, _, v, _ nn.Node) nn.Node { return v.OneHot(0) },
			"nn: scope: one-hot: 0 classes, want from 1 to 16777216"},
		"rows of a scalar": {
			func(_, _, v, _ nn.Node) nn.Node { return v.Sum().Gather(v) },
			"nn: scope: gather: table of shape [], want (rows, …) of at most 16777216 rows"},
		"indices that are not those of the rows": {
			func(x, _, v, _ nn.Node) nn.Node { return x.ScatterAdd(v, 3) },
			"nn: scope: scatter: shapes [3 4] and [7] to 3 rows, want (n…, …), (n…) and from 1 to 16777216 rows"},
		"the largest of a scalar": {
			func(x, _, _, _ nn.Node) nn.Node { return x.Sum().ArgMax() },
			"nn: scope: argmax: shape [], want (…, n) with n of at most 16777216"},
		"the largest of a scalar, of several": {
			func(x, _, _, _ nn.Node) nn.Node { return x.Sum().TopK(1) },
			"nn: scope: top-k: shape [], want (…, n) with n of at least 1, the places to take"},
		"more of the largest than there are": {
			func(x, _, _, _ nn.Node) nn.Node { return x.TopK(5) },
			"nn: scope: top-k: shape [3 4], want (…, n) with n of at least 5, the places to take"},
		"none of the largest": {
			func(x, _, _, _ nn.Node) nn.Node { return x.TopK(0) },
			"nn: scope: top-k: 0 places, want at least 1"},
		"a clamp whose bounds are the wrong way round": {
			func(x, _, _, _ nn.Node) nn.Node { return x.Clamp(1, 0) },
			"nn: scope: clamp: to [1, 0], want the first of them no larger"},
		"the softmax of a scalar": {
			func(x, _, _, _ nn.Node) nn.Node { return x.Sum().LogSumExp() },
			"nn: scope: log-sum-exp: a scalar, want (…, classes)"},
		"the larger of two shapes": {
			func(x, y, _, _ nn.Node) nn.Node { return x.Max(y) },
			"nn: scope: max: shapes [3 4] and [5 2], want them equal"},
		"a factor that is no scalar": {
			func(x, _, v, _ nn.Node) nn.Node { return x.ScaleBy(v) },
			"nn: scope: broadcast: shape [7], want a scalar"},
		"an error stays the first one": {
			func(x, y, v, _ nn.Node) nn.Node { return x.Add(y).MatMul(v).Exp() },
			"nn: scope: add: shapes [3 4] and [5 2], want them equal"},
		"an operand that is missing": {
			func(x, _, _, _ nn.Node) nn.Node { return x.Add(nn.Node{}) },
			"nn: scope: operand missing"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			g := nn.NewGraph(nn.NewParams(1), nn.Options{}).In("scope")
			test.f(g.Input("x", 3, 4), g.Input("y", 5, 2), g.Input("v", 7), g.Input("p", 1, 4, 4, 2))
			if err := g.Err(); err == nil || err.Error() != test.want {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
		})
	}
}
