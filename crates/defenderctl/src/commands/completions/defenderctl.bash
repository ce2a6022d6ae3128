# bash splits words at `=`: those of `-p key=value` are joined again, and the candidates lose what
# stands before the word that bash replaces.
_defenderctl() {
    local raw joined=() index=0 i follows=false
    for ((i = 0; i < ${#COMP_WORDS[@]}; i++)); do
        raw="${COMP_WORDS[i]}"
        if ((i > 0)) && { [[ "$raw" == "=" ]] || $follows; }; then
            [[ "$raw" != "=" ]] && ((i == COMP_CWORD)) && raw="$2"
            joined[${#joined[@]}-1]+="$raw"
        else
            ((i == COMP_CWORD)) && raw="$2"
            joined+=("$raw")
        fi
        [[ "${COMP_WORDS[i]}" == "=" ]] && follows=true || follows=false
        ((i == COMP_CWORD)) && index=$((${#joined[@]} - 1))
    done
    local current="${joined[index]}"
    local COMP_WORDS=("${joined[@]}") COMP_CWORD=$index
    _clap_complete_defenderctl "$1" "$current" "$3"
    if [[ "$current" == *=* ]]; then
        COMPREPLY=("${COMPREPLY[@]#"${current%%=*}="}")
    fi
}
complete -o nospace -o bashdefault -o default -F _defenderctl defenderctl
