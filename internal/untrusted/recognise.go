package untrusted

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// HeadSize is how many bytes of a file [Recognise] looks at.
const HeadSize = 512

// Head returns the first bytes of a file, for [Recognise].
func Head(r io.ReaderAt) []byte {
	head := make([]byte, HeadSize)
	n, _ := r.ReadAt(head, 0) // what cannot be read is not recognised
	return head[:n]
}

// NotA is the error of a reader that found another kind of file than the one it reads: what
// it is by its first bytes, and what to do about it where that is known.
func NotA(wanted string, head []byte) error {
	what, remedy := Recognise(head)
	if what == "" {
		what = fmt.Sprintf("a file that begins with %.16q", head)
	}
	if remedy != "" {
		remedy = "; " + remedy
	}
	return fmt.Errorf("%s, want %s%s", what, wanted, remedy)
}

// Recognise says what a file is by its first bytes, and what a user can do who has it in
// place of another; both are empty where it is not known.
func Recognise(head []byte) (what, remedy string) {
	if len(head) == 0 {
		return "an empty file", "get the file again"
	}
	if what, remedy = Foreign(head); what == "" {
		what = recogniseText(head)
	}
	return what, remedy
}

// Foreign is [Recognise] for readers of text: both are empty for text that is no page of a
// server, too.
func Foreign(head []byte) (what, remedy string) {
	for _, s := range signatures {
		if len(head) >= s.at+len(s.bytes) && string(head[s.at:s.at+len(s.bytes)]) == s.bytes {
			if s.bytes == zipMagic {
				return recogniseZip(head)
			}
			return s.what, s.remedy
		}
	}
	if n := uint64(len(head)); n > 8 && head[8] == '{' && binary.LittleEndian.Uint64(head) < 1<<40 {
		return "a safetensors file", ""
	}
	if len(head) >= 4 && head[0] == 0 && head[1] == 0 && head[3] >= 1 && head[3] <= 8 {
		if elements, ok := idxElements[head[2]]; ok {
			return fmt.Sprintf("an IDX array of %s with rank %d", elements, head[3]), ""
		}
	}
	return recognisePage(head)
}

// idxElements are the types of elements of an IDX file.
var idxElements = map[byte]string{0x08: "bytes", 0x09: "int8", 0x0b: "int16", 0x0c: "int32", 0x0d: "float32", 0x0e: "float64"}

const (
	zipMagic = "PK\x03\x04"

	unpack  = "unpack it, and name what was in it"
	foreign = "models of other programs are not read"

	toWAV = "ffmpeg -i FILE NEW.wav converts it"

	saveSheet = "save its sheet as CSV"
)

// signatures are how files of a kind begin.
var signatures = []struct {
	at           int
	bytes        string
	what, remedy string
}{
	{0, zipMagic, "", ""},
	{0, "PK\x05\x06", "an empty zip archive", "get the file again"},
	{0, "\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.", "a PyTorch file, written before version 1.6", foreign},
	{0, "\x80\x02", "a pickle of Python", foreign},
	{0, "\x80\x03", "a pickle of Python", foreign},
	{0, "\x80\x04", "a pickle of Python", foreign},
	{0, "\x80\x05", "a pickle of Python", foreign},
	{0, "\x89HDF\r\n\x1a\n", "an HDF5 file", "write what is in it in the format that is wanted, by h5py"},
	{0, "\x93NUMPY", "an array of NumPy", ""},
	{0, "\x1f\x8b", "a gzip file", unpack},
	{0, "BZh", "a bzip2 file", unpack},
	{0, "\xfd7zXZ\x00", "an xz file", unpack},
	{0, "\x28\xb5\x2f\xfd", "a Zstandard file", unpack},
	{0, "7z\xbc\xaf\x27\x1c", "a 7z archive", unpack},
	{0, "Rar!\x1a\x07", "a RAR archive", unpack},
	{257, "ustar", "a tar archive", unpack},
	{0, "\x89PNG\r\n\x1a\n", "a PNG picture", ""},
	{0, "\xff\xd8\xff", "a JPEG picture", ""},
	{0, "GIF8", "a GIF picture", ""},
	{8, "WAVE", "a WAV file", ""},
	{0, "RIFX", "a WAV file with the high bytes first", toWAV},
	{0, "RF64", "a WAV file for more than 4 GB", "cut it into parts, as ffmpeg -i FILE -f segment -segment_time 600 PART%03d.wav does"},
	{0, "FORM", "an AIFF file", toWAV},
	{0, "fLaC", "a FLAC file", ""},
	{0, "OggS", "an Ogg file", toWAV},
	{0, "ID3", "an MP3 file", toWAV},
	{0, "\xff\xfb", "an MP3 file", toWAV},
	{4, "ftypM4A", "an M4A file", toWAV},
	{0, "%PDF-", "a PDF document", ""},
	{0, "PAR1", "a Parquet file", ""},
	{0, "GGUF", "a GGUF file", foreign},
	{0, "\xd0\xcf\x11\xe0", "an old workbook (.xls)", saveSheet},
	{0, "\xff\xfe\x00\x00", "text in UTF-32", "save it in UTF-8"},
	{0, "\x00\x00\xfe\xff", "text in UTF-32", "save it in UTF-8"},
	{0, "SQLite format 3\x00", "an SQLite database", ""},
	{0, "MATLAB 5.0 MAT-file", "a MATLAB file", "write what is in it in the format that is wanted, by scipy.io.loadmat"},
	{0, "version https://git-lfs.github.com/spec/", "a Git LFS pointer, which stands for a file that was not fetched", "git lfs pull, in its repository, puts the file itself in its place"},
}

// recogniseZip goes by the name of the first entry.
func recogniseZip(head []byte) (what, remedy string) {
	const fixed = 30 // bytes before the name
	var name string
	if len(head) > fixed {
		n := int(binary.LittleEndian.Uint16(head[26:]))
		name = string(head[fixed:min(fixed+n, len(head))])
	}
	switch {
	case strings.HasSuffix(name, ".npy"):
		return "a NumPy archive (.npz)", ""
	case strings.HasSuffix(name, "/data.pkl"), strings.HasSuffix(name, "/.format_version"), strings.HasSuffix(name, "/byteorder"):
		return "a PyTorch file", foreign
	case name == "[Content_Types].xml" || name == "mimetype" || strings.HasPrefix(name, "xl/"):
		return "a workbook (.xlsx, .ods)", saveSheet
	case name == "metadata.json" || name == "config.json" || strings.HasSuffix(name, ".weights.h5"):
		return "a Keras file", foreign
	}
	return "a zip archive", unpack
}

// recognisePage knows texts that come in place of files.
func recognisePage(head []byte) (what, remedy string) {
	text := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\ufeff")), " \t\r\n")
	start := strings.ToLower(string(text[:min(len(text), 64)]))
	switch {
	case strings.HasPrefix(start, "<!doctype html"), strings.HasPrefix(start, "<html"), strings.HasPrefix(start, "<head"):
		return "an HTML page, as servers send in place of a file that they refuse", "get the file itself"
	case strings.HasPrefix(start, "<?xml"), strings.HasPrefix(start, "<error"):
		return "an XML document, as servers send in place of a file that they refuse", "get the file itself"
	}
	return "", ""
}

// recogniseText knows text. A character may be cut off at the end of head.
func recogniseText(head []byte) (what string) {
	for cut := range min(utf8.UTFMax, len(head)) {
		if part := head[:len(head)-cut]; utf8.Valid(part) && !bytes.ContainsFunc(part, control) {
			return fmt.Sprintf("a text that begins with %.32q", bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\ufeff")), " \t\r\n"))
		}
	}
	return ""
}

func control(r rune) bool { return r < ' ' && r != '\t' && r != '\n' && r != '\r' && r != '\f' }
