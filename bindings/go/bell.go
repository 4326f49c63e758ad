package robofy

import (
	"os"
	"syscall"
)

// openBell has Go's network poller watch a descriptor of the library.
func openBell(of int) (*os.File, syscall.RawConn, error) {
	// The file closes its descriptor, so it gets one of its own.
	syscall.ForkLock.RLock()
	descriptor, err := syscall.Dup(of)
	if err == nil {
		syscall.CloseOnExec(descriptor)
	}
	syscall.ForkLock.RUnlock()
	if err != nil {
		return nil, nil, &Error{
			Status:    StatusConnect,
			Message:   "the process has no file descriptor left: let it close some, or raise its limit (ulimit -n)",
			Retryable: true,
		}
	}
	bell := os.NewFile(uintptr(descriptor), "robofy")
	readable, err := bell.SyscallConn()
	if err != nil {
		bell.Close()
		return nil, nil, err
	}
	return bell, readable, nil
}
