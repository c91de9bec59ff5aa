// SPDX-License-Identifier: MIT
// go_http server PORT, or go_http client PORT COUNT
package main

import (
	"io"
	"log"
	"net/http"
	"os"
	"runtime"
	"strconv"
)

func serve(address string) error {
	http.HandleFunc("/", func(reply http.ResponseWriter, _ *http.Request) {
		io.WriteString(reply, "Hello, World!")
	})
	return http.ListenAndServe(address, nil)
}

func ask(client *http.Client, url string) error {
	for {
		reply, err := client.Get(url)
		if err != nil {
			return err
		}
		io.Copy(io.Discard, reply.Body)
		reply.Body.Close()
		if reply.StatusCode != 200 {
			log.Fatal(reply.Status)
		}
	}
}

func main() {
	runtime.GOMAXPROCS(1)
	address := "127.0.0.1:" + os.Args[2]
	if os.Args[1] == "server" {
		log.Fatal(serve(address))
	}
	count, _ := strconv.Atoi(os.Args[3])
	client := &http.Client{Transport: &http.Transport{
		MaxIdleConns: count, MaxIdleConnsPerHost: count, DisableCompression: true}}
	for i := 1; i < count; i++ {
		go func() { log.Fatal(ask(client, "http://"+address+"/")) }()
	}
	log.Fatal(ask(client, "http://"+address+"/"))
}
