;;; The test that emacs_test.go runs in a batch Emacs, in a workspace with
;;; etcd's raft.go, after what README.md says has been put into init.el.

(require 'eglot)
(require 'cl-lib)
(setq eglot-confirm-server-edits nil) ; a batch has nobody who could confirm

(defun await (what condition)
  "Wait until CONDITION returns non-nil, or fail with WHAT."
  (let ((deadline (+ (float-time) 60)) value)
    (while (not (or (setq value (funcall condition)) (> (float-time) deadline)))
      (accept-process-output nil 0.05))
    (or value (error "Waited in vain for %s" what))))

(defun finding ()
  (mapconcat #'flymake-diagnostic-text (flymake-diagnostics) "\n"))

;; A specification: what is wrong with it, and its quick fix.
(with-temp-file "etcdraft.tla"
  (insert "---- MODULE etcdraff ----\nx == y\n====\n"))
(find-file "etcdraft.tla")
(run-hooks 'post-command-hook) ; eglot-ensure starts the server after the command; a batch has none
(await "the server" #'eglot-current-server)
(await "the unknown name" (lambda () (string-match-p "y. is not defined" (finding))))
(goto-char (point-min))
(search-forward "etcdraff")
(backward-char)
(let ((fix (cl-find-if (lambda (action) (string-match-p "^Rename the module to etcdraft" (plist-get action :title)))
                       (eglot-code-actions (point) nil nil nil))))
  (unless fix (error "No quick fix"))
  (eglot-execute (eglot-current-server) fix))
(await "the quick fix" (lambda () (string-prefix-p "---- MODULE etcdraft ----" (buffer-string))))

;; The Go file, by hand: the conversion is written and opened.
(delete-file "etcdraft.tla")
(set-buffer-modified-p nil)
(kill-buffer)
;; Emacs brings no mode that needs no grammar; this one stands in for it.
(define-derived-mode plain-go-mode prog-mode "Go")
(add-to-list 'eglot-server-programs '((plain-go-mode :language-id "go") "specls" "serve"))
(find-file "raft.go")
(plain-go-mode)
(eglot-ensure)
(run-hooks 'post-command-hook)
(await "the server for Go" #'eglot-current-server)
(let ((convert (cl-find "Convert to TLA+ (etcd)" (eglot-code-actions (point-min) nil nil nil)
                        :key (lambda (action) (plist-get action :title)) :test #'equal)))
  (unless convert (error "No conversion is offered"))
  (eglot-execute (eglot-current-server) convert))
(await "the specification" (lambda ()
                             (let ((buffer (get-file-buffer "etcdraft.tla")))
                               (and buffer (with-current-buffer buffer (string-match-p "MODULE etcdraft" (buffer-string)))))))
(princ "SCENARIO PASSED\n")
