" The colours of TLA+, for Neovim has none of its own. Where another plugin
" has coloured the buffer already, this one leaves it alone.
if exists('b:current_syntax')
  finish
endif

syntax keyword tlaStructure MODULE EXTENDS INSTANCE WITH CONSTANT CONSTANTS VARIABLE VARIABLES RECURSIVE LOCAL
syntax keyword tlaStructure ASSUME ASSUMPTION AXIOM THEOREM LEMMA PROPOSITION COROLLARY
syntax keyword tlaStatement LET IN IF THEN ELSE CASE OTHER CHOOSE EXCEPT UNCHANGED ENABLED DOMAIN SUBSET UNION LAMBDA
syntax match   tlaStatement /\<[WS]F_/
syntax keyword tlaConstant  TRUE FALSE BOOLEAN STRING Nat Int Real
syntax match   tlaNumber    /\<\d\+\>/
syntax match   tlaOperator  /\\\a\+/
syntax match   tlaOperator  @/\\\|\\/\|==\|<<\|>>_\?\||->\|\[\]\|<>\|'@
syntax match   tlaName      /^\s*\%(LOCAL\s\+\)\?\zs\w\+\ze\%((.*)\)\?\s*==/
syntax match   tlaRuler     /----\+\|====\+/
syntax region  tlaString    start=/"/ skip=/\\./ end=/"/ oneline
syntax match   tlaComment   /\\\*.*/
syntax region  tlaComment   start=/(\*/ end=/\*)/ contains=tlaComment

highlight default link tlaStructure Structure
highlight default link tlaStatement Statement
highlight default link tlaConstant  Constant
highlight default link tlaNumber    Number
highlight default link tlaOperator  Operator
highlight default link tlaName      Function
highlight default link tlaRuler     Delimiter
highlight default link tlaString    String
highlight default link tlaComment   Comment

let b:current_syntax = 'tla'
