package server

import "golang.org/x/sys/windows"

// processAlive reports whether a process exists and has not ended. One that
// may not be looked at does.
func processAlive(pid int) bool {
	handle, err := windows.OpenProcess(windows.SYNCHRONIZE, false, uint32(pid))
	if err != nil {
		return err == windows.ERROR_ACCESS_DENIED
	}
	defer windows.CloseHandle(handle)
	event, err := windows.WaitForSingleObject(handle, 0)
	return err != nil || event == uint32(windows.WAIT_TIMEOUT)
}
