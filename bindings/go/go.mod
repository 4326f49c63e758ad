module robofy.ai/go/robofy

go 1.19
