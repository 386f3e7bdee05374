<?php

declare(strict_types=1);

/**
 * One OPcache for all PHP processes of this panel, as PHP-FPM has: the real one of each process, told of every invalidation that another
 * one made. Without OPcache it does nothing.
 */
final class Compiled
{
    /** Called by FileManager: forgets the compiled copy of a file, here and in every other process. */
    public static function invalidate(string $file): void
    {
        $list = self::folder() . '/invalidated.json';
        $lock = fopen("$list.lock", 'c');
        flock($lock, LOCK_EX);
        $counts = self::read($list);
        $counts[$file] = ($counts[$file] ?? 0) + 1;
        file_put_contents($list, json_encode($counts));
        fclose($lock);
        self::catchUp();
    }

    /** At the beginning of every request. */
    public static function catchUp(): void
    {
        if (!function_exists('opcache_invalidate')) {
            return;
        }
        $own = self::folder() . '/seen-' . getmypid() . '.json';
        $seen = self::read($own);
        $all = self::read(self::folder() . '/invalidated.json');
        foreach ($all as $file => $count) {
            if (($seen[$file] ?? 0) !== $count) {
                opcache_invalidate($file, true);
            }
        }
        file_put_contents($own, json_encode($all));
    }

    /** @return array<string, int> */
    private static function read(string $file): array
    {
        return is_file($file) ? (array) json_decode((string) file_get_contents($file), true) : [];
    }

    private static function folder(): string
    {
        return dirname(\Keyturn\Host\settingsFile());
    }
}
