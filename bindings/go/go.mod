module robofy

go 1.19
