// SPDX-License-Identifier: MIT

// The rows of ../README.md with goroutines on one thread: `go_bench ROW` prints `ROW ns [bytes]`.
package main

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"sync"
	"syscall"
	"time"
)

const (
	batch         = 10000
	spawnedAtOnce = 1000
	callsOfFib27  = 635621
	sleepers      = 1000000
	pendingTimers = 1000
	cancelled     = 100000
	enough        = 50e6
)

func usage() syscall.Rusage {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return u
}

func cpuNs() float64 {
	u := usage()
	return float64(u.Utime.Nano() + u.Stime.Nano())
}

//go:noinline
func ready(x int) int { return x + 1 }

func spawnAndJoin(n int) int {
	for i := 0; i < n; i++ {
		result := make(chan int, 1)
		go func() { result <- ready(i) }()
		<-result
	}
	return n
}

func spawnManyAndJoin(n int) int {
	for i := 0; i < n; i++ {
		var tasks sync.WaitGroup
		tasks.Add(spawnedAtOnce)
		for j := 0; j < spawnedAtOnce; j++ {
			go func(x int) { ready(x); tasks.Done() }(j)
		}
		tasks.Wait()
	}
	return n * spawnedAtOnce
}

func yields(n int) {
	for i := 0; i < n; i++ {
		runtime.Gosched()
	}
}

func yieldBetweenTwo(n int) int {
	done := make(chan bool)
	go func() { yields(n); done <- true }()
	yields(n)
	<-done
	return 2 * n
}

func queue(capacity int) func(int) int {
	return func(n int) int {
		for i := 0; i < n; i++ {
			q := make(chan int, capacity)
			go func() {
				for j := 0; j < batch; j++ {
					q <- j
				}
			}()
			for j := 0; j < batch; j++ {
				<-q
			}
		}
		return n * batch
	}
}

// A goroutine behind a channel is Go's generator.
func generatorNext(n int) int {
	for i := 0; i < n; i++ {
		values := make(chan int)
		go func() {
			for j := 0; j < batch; j++ {
				values <- j
			}
			close(values)
		}()
		for range values {
		}
	}
	return n * batch
}

func mutexUncontended(n int) int {
	var mutex sync.Mutex
	for i := 0; i < n; i++ {
		mutex.Lock()
		mutex.Unlock()
	}
	return n
}

func fib(n int) int {
	if n < 2 {
		return n
	}
	forked := make(chan int, 1)
	go func() { forked <- fib(n - 1) }()
	here := fib(n - 2)
	return here + <-forked
}

func forkJoin(n int) int {
	for i := 0; i < n; i++ {
		fib(27)
	}
	return n * callsOfFib27
}

func sleepingTasks() {
	var tasks sync.WaitGroup
	tasks.Add(sleepers)
	start := time.Now().Add(2 * time.Second)
	for i := 0; i < sleepers; i++ {
		jitter := time.Duration(uint32(i)*2654435761%100000) * time.Microsecond
		go func() { time.Sleep(time.Until(start.Add(jitter))); tasks.Done() }()
	}
	tasks.Wait()
}

func timer(n int) int {
	others := make([]*time.Timer, pendingTimers)
	for i := range others {
		others[i] = time.AfterFunc(time.Hour, func() {})
	}
	for i := 0; i < n; i++ {
		time.AfterFunc(time.Hour, func() {}).Stop()
	}
	for _, other := range others {
		other.Stop()
	}
	return n
}

//go:noinline
func nested(ctx context.Context, depth int) error {
	if depth > 1 {
		return nested(ctx, depth-1)
	}
	hour := time.NewTimer(time.Hour)
	defer hour.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-hour.C:
		return nil
	}
}

func cancelTasks() float64 {
	ctx, cancel := context.WithCancel(context.Background())
	var tasks sync.WaitGroup
	tasks.Add(cancelled)
	for i := 0; i < cancelled; i++ {
		go func() { nested(ctx, 5); tasks.Done() }()
	}
	runtime.Gosched()
	before := cpuNs()
	cancel()
	tasks.Wait()
	return (cpuNs() - before) / cancelled
}

// measure repeats with more work until it takes long enough to be measured.
func measure(row string, work func(int) int) {
	for n := 1; ; {
		before := cpuNs()
		operations := work(n)
		spent := cpuNs() - before
		if spent >= enough {
			fmt.Printf("%s %.2f\n", row, spent/float64(operations))
			return
		}
		growth := enough * 1.2 / (spent + 1)
		if growth < 2 {
			growth = 2
		} else if growth > 100 {
			growth = 100
		}
		n = int(float64(n) * growth)
	}
}

func main() {
	runtime.GOMAXPROCS(1)
	row := os.Args[1]
	rows := map[string]func(int) int{
		"spawn_and_join":      spawnAndJoin,
		"spawn_many_and_join": spawnManyAndJoin,
		"yield_between_two":   yieldBetweenTwo,
		"queue_of_1":          queue(1),
		"queue_of_64":         queue(64),
		"generator_next":      generatorNext,
		"mutex_uncontended":   mutexUncontended,
		"fork_join":           forkJoin,
		"timer":               timer,
	}
	if work, known := rows[row]; known {
		measure(row, work)
	} else if row == "sleeping_tasks" {
		cpu, resident := cpuNs(), usage().Maxrss
		sleepingTasks()
		bytes := float64(usage().Maxrss-resident) * 1024 / sleepers
		fmt.Printf("%s %.2f %.0f\n", row, (cpuNs()-cpu)/sleepers, bytes)
	} else if row == "cancel_tasks" {
		fmt.Printf("%s %.2f\n", row, cancelTasks())
	}
}
