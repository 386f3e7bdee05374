<?php

declare(strict_types=1);

final class Modules
{
    use ModuleRegistry;

    private static $instances = [];

    /** One object for each module and request; null if there is no such class. */
    public static function getInstance(string $type, string $name, array $params = []): ?object
    {
        if (self::Load($type, $name) === false || !class_exists($name, false)) {
            return null;
        }
        return self::$instances[$type][$name] ??= new $name(...$params);
    }
}
