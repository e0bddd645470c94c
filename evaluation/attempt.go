package evaluation

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"latentspace/internal/panics"
	"latentspace/metrics"
	"latentspace/trained"
)

// section measures a part. If that fails as a whole, it measures each requested figure by itself,
// so that one failure costs no other figure.
func (m *measurement) section(ctx context.Context, p part) Section {
	s, err := m.attempt(ctx, p)
	var lacks lacking
	if err == nil || errors.As(err, &lacks) || ctx.Err() != nil {
		return s.without(err, nil)
	}
	names := slices.DeleteFunc(slices.Clone(p.figures), func(name string) bool { return !m.wants(name) })
	if len(names) == 1 {
		m.warn(p.name, err)
		return s.without(err, names)
	}
	asked := m.Metrics
	defer func() { m.Metrics = asked }()
	all := Section{}
	failed := map[string][]string{} // names by the reason
	var reasons []error
	for _, name := range names {
		m.Metrics = []string{name}
		one, err := m.attempt(ctx, p)
		if ctx.Err() != nil {
			return all
		}
		if err != nil {
			if failed[err.Error()] == nil {
				reasons = append(reasons, err)
			}
			failed[err.Error()] = append(failed[err.Error()], name)
			continue
		}
		all.join(one, name)
	}
	for _, err := range reasons {
		m.warn(p.name, err)
		all = all.without(err, failed[err.Error()])
	}
	return all
}

// attempt measures a part, and returns a panic as an error.
func (m *measurement) attempt(ctx context.Context, p part) (s Section, err error) {
	err = panics.Caught(func() (err error) {
		s, err = p.measure(ctx, m)
		return err
	})
	if err != nil {
		s = Section{} // as far as it got is not to be had twice
	}
	return s, err
}

// join adds the figure of a name, and anything else that was found with it and is not
// there yet.
func (s *Section) join(more Section, name string) {
	for _, f := range more.Figures {
		if f.Name == name {
			s.Figures = append(s.Figures, f)
		}
	}
	for _, t := range more.Tables {
		if !slices.ContainsFunc(s.Tables, func(there Table) bool { return there.Name == t.Name }) {
			s.Tables = append(s.Tables, t)
		}
	}
	for _, sentence := range more.LeftOut {
		if !slices.Contains(s.LeftOut, sentence) {
			s.leave(sentence)
		}
	}
}

// without records why figures are missing: something is lacking, the values do not allow them, or
// measuring them failed. Without names it is about the whole part.
func (s Section) without(err error, names []string) Section {
	var unfit metrics.Unfit
	lack, lacks := lackOf(err)
	switch {
	case err == nil:
	case lacks:
		s.leave(lack)
	case errors.As(err, &unfit):
		s.leave(fmt.Sprintf("%s cannot be measured: %s.", strings.Join(names, ", "), string(unfit)))
		s.undefined = append(s.undefined, names...)
	default:
		s.leave(fmt.Sprintf("%s failed: %s.", strings.Join(names, ", "), strings.TrimSuffix(err.Error(), ".")))
		s.Failed = append(s.Failed, names...)
	}
	return s
}

// lackOf returns, as a sentence, what the model or its data lack for a part.
func lackOf(err error) (sentence string, ok bool) {
	var lacks lacking
	if errors.As(err, &lacks) {
		return string(lacks), true
	}
	if lack, ok := errors.AsType[*trained.Lack](err); ok {
		sentence := lack.Sentence()
		return strings.ToUpper(sentence[:1]) + sentence[1:] + ".", true
	}
	return "", false
}

// warn reports a measurement that failed. A panic is reported with its stack, since it is a bug.
func (m *measurement) warn(of string, err error) {
	var unfit metrics.Unfit
	if m.Warn == nil || errors.As(err, &unfit) {
		return
	}
	if p, ok := errors.AsType[*panics.Error](err); ok {
		err = fmt.Errorf("%w; please report it with what follows\n%s", err, p.Stack)
	}
	m.Warn(fmt.Errorf("%s: %w", of, err))
}
