// SPDX-License-Identifier: MIT

// The rows of ../section.py in Go, on one processor: `go_files ROW` prints `ROW ns`.
package main

import (
	"bufio"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"syscall"
)

const smallFiles = 20_000

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func open(name string) *os.File {
	file, err := os.Open(os.Getenv("EDDY_BENCH_FILES") + "/" + name)
	check(err)
	return file
}

func chunks() int {
	count := 0
	buffer := make([]byte, 256<<10)
	file := open("big")
	defer file.Close()
	for {
		if size, _ := file.Read(buffer); size == 0 {
			return count
		}
		count++
	}
}

func smallFilesRow() int {
	folder := os.Getenv("EDDY_BENCH_FILES") + "/small/"
	for i := 0; i < smallFiles; i++ {
		contents, err := os.ReadFile(folder + strconv.Itoa(i))
		check(err)
		if len(contents) != 4096 {
			panic("a file was cut")
		}
	}
	return smallFiles
}

func lines() int {
	count, bytes := 0, 0
	file := open("lines")
	defer file.Close()
	for scanner := bufio.NewScanner(bufio.NewReaderSize(file, 64<<10)); scanner.Scan(); count++ {
		bytes += len(scanner.Bytes())
	}
	if bytes < count {
		panic("lines were cut")
	}
	return count
}

func cpuNs() float64 {
	var usage syscall.Rusage
	check(syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return float64(usage.Utime.Nano() + usage.Stime.Nano())
}

func main() {
	runtime.GOMAXPROCS(1)
	row := os.Args[1]
	rows := map[string]func() int{"chunks": chunks, "small_files": smallFilesRow, "lines": lines}
	if work, known := rows[row]; known {
		before := cpuNs()
		count := work()
		fmt.Printf("%s %.1f\n", row, (cpuNs()-before)/float64(count))
	}
}
