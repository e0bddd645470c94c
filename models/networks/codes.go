package networks

// Codes is the shape that a network maps pictures of a shape to as codes of vectors of a width: a
// map (height, width, n) of a convolutional network, as far as its halvings go, and of others
// places vectors, one after another. Pictures that cannot be halved as often have none, and the
// network says why when it maps them.
func Codes(network Network, shape []int, places, width int) []int {
	c, ok := network.(convolutional)
	if !ok {
		return []int{places * width}
	}
	sizes, err := c.sizes(shape)
	if err != nil {
		return []int{1, 1, width}
	}
	return []int{sizes[0][0], sizes[0][1], width}
}

// convolutional is a network of pictures, by the sizes that its doublings pass through.
type convolutional interface {
	sizes(shape []int) ([][2]int, error)
}
