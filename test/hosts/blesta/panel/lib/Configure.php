<?php

declare(strict_types=1);

/** minPHP's registry of settings. */
final class Configure
{
    /** @var array<string, mixed> */
    private static array $values = ['Blesta.csrf_bypass' => [], 'Blesta.verify_csrf_token' => true];

    /** @return mixed */
    public static function get(string $name)
    {
        return self::$values[$name] ?? null;
    }

    /** Runs a file of settings; it calls `set` itself. */
    public static function load(string $name, string $folder): void
    {
        require_once "$folder/$name.php";
    }

    /** @param mixed $value */
    public static function set(string $name, $value): void
    {
        self::$values[$name] = $value;
    }
}
