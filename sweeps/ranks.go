package sweeps

import (
	"fmt"
	"strconv"
)

// Rank is a process among those that a launcher started for one sweep.
type Rank struct {
	Rank, Of int
	By       string // the variable that says so; "" for a process alone
}

// launchers are variables in which launchers of many processes say which one this is, and how many
// there are: Open MPI's, that of MPICH and its kin, and srun's.
var launchers = [][2]string{
	{"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"},
	{"PMI_RANK", "PMI_SIZE"},
	{"SLURM_PROCID", "SLURM_NTASKS"},
}

// RankOf says which of several processes this is, by the environment. The first launcher counts that
// set both of its variables.
func RankOf(getenv func(string) string) (Rank, error) {
	for _, l := range launchers {
		rank, of := getenv(l[0]), getenv(l[1])
		if rank == "" || of == "" {
			continue
		}
		r, err := strconv.Atoi(rank)
		n, err2 := strconv.Atoi(of)
		if err != nil || err2 != nil || n < 1 || r < 0 || r >= n {
			return Rank{}, fmt.Errorf("sweeps: %s=%.20q and %s=%.20q, want a rank from 0 and how many there are", l[0], rank, l[1], of)
		}
		return Rank{r, n, l[0]}, nil
	}
	return Rank{0, 1, ""}, nil
}

// order is the order in which a rank looks at n runs: its own, which are every Of-th, and then those
// of the others.
func (r Rank) order(n int) (own, others []int) {
	for i := range n {
		if i%r.Of == r.Rank {
			own = append(own, i)
		} else {
			others = append(others, i)
		}
	}
	return own, others
}
