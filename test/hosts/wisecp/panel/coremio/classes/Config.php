<?php

declare(strict_types=1);

final class Config
{
    private static $values = [];

    /** "crypt/system": a key inside a file of coremio/configuration. */
    public static function get($arg = null)
    {
        [$file, $name] = array_pad(explode('/', (string) $arg, 2), 2, null);
        if (!isset(self::$values[$file])) {
            $path = CORE_DIR . "configuration/$file.php";
            self::$values[$file] = is_file($path) ? (include $path)[$file] : [];
        }
        return $name === null ? self::$values[$file] : (self::$values[$file][$name] ?? false);
    }

    /** In memory only. */
    public static function set($key, $values, $merge = false)
    {
        $old = self::get($key);
        return self::$values[$key] = $merge ? array_merge($old, $values) : array_replace_recursive($old, $values);
    }
}
