#!/bin/sh
# Once a day: the database without the keys of contacts into /backups, and thirty days kept. PGHOST and the rest say where.
set -u
umask 077
while :; do
    file=/backups/line-$(date -u +%Y-%m-%d).dump
    if pg_dump --format=custom --exclude-table-data=contact_keys --file="$file.new" && mv "$file.new" "$file"; then
        find /backups -name 'line-*.dump' -mtime +30 -delete
        echo "backup: $file"
    else
        rm -f "$file.new"
        echo "backup: failed" >&2
    fi
    [ "${1:-}" != once ] || exit 0
    sleep 86400 & wait $!
done
