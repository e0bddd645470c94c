package sweeps

import (
	"slices"
	"strings"
	"testing"
)

func TestRanksAreReadFromTheEnvironment(t *testing.T) {
	for name, c := range map[string]struct {
		environment map[string]string
		want        Rank
	}{
		"alone":           {nil, Rank{0, 1, ""}},
		"Open MPI":        {map[string]string{"OMPI_COMM_WORLD_RANK": "2", "OMPI_COMM_WORLD_SIZE": "4"}, Rank{2, 4, "OMPI_COMM_WORLD_RANK"}},
		"MPICH":           {map[string]string{"PMI_RANK": "0", "PMI_SIZE": "3"}, Rank{0, 3, "PMI_RANK"}},
		"srun":            {map[string]string{"SLURM_PROCID": "1", "SLURM_NTASKS": "2"}, Rank{1, 2, "SLURM_PROCID"}},
		"mpirun in SLURM": {map[string]string{"SLURM_PROCID": "0", "SLURM_NTASKS": "8", "OMPI_COMM_WORLD_RANK": "3", "OMPI_COMM_WORLD_SIZE": "8"}, Rank{3, 8, "OMPI_COMM_WORLD_RANK"}},
		"a rank alone":    {map[string]string{"SLURM_PROCID": "1"}, Rank{0, 1, ""}},
	} {
		if got, err := RankOf(func(k string) string { return c.environment[k] }); err != nil || got != c.want {
			t.Errorf("%s: got %+v, %v, want %+v", name, got, err, c.want)
		}
	}
	for _, c := range [][2]string{{"4", "4"}, {"-1", "4"}, {"x", "4"}, {"0", "0"}} {
		_, err := RankOf(func(k string) string {
			return map[string]string{"PMI_RANK": c[0], "PMI_SIZE": c[1]}[k]
		})
		if err == nil || !strings.Contains(err.Error(), `PMI_RANK="`+c[0]+`"`) {
			t.Errorf("%v: got %v", c, err)
		}
	}
}

func TestRanksBeginWithTheirOwnRuns(t *testing.T) {
	own, others := Rank{1, 3, ""}.order(8)
	if !slices.Equal(own, []int{1, 4, 7}) || !slices.Equal(others, []int{0, 2, 3, 5, 6}) {
		t.Errorf("got %v and %v", own, others)
	}
}
