<?php

declare(strict_types=1);

/** Gives an object its models and components as properties, as minPHP does. */
final class Loader
{
    /** @param list<string> $models `ModuleManager`, or `Keyturn.KeyturnConnector` for a plugin's */
    public static function loadModels(object $to, array $models): void
    {
        foreach ($models as $model) {
            [$plugin, $name] = strpos($model, '.') === false ? [null, $model] : explode('.', $model, 2);
            $to->$name = self::model($plugin, $name);
        }
    }

    /** @param list<string> $components */
    public static function loadComponents(object $to, array $components): void
    {
        foreach ($components as $name) {
            $to->$name = new $name();
        }
    }

    public static function load(string $file): void
    {
        require_once $file;
    }

    public static function model(?string $plugin, string $name): ?object
    {
        $root = dirname(__DIR__);
        if ($plugin === null) {
            $file = "$root/app/models/" . self::snake($name) . '.php';
        } else {
            $dir = self::snake($plugin);
            $file = "$root/plugins/$dir/models/" . self::snake($name) . '.php';
            if (is_file($file)) {
                require_once "$root/plugins/$dir/{$dir}_model.php";
            }
        }
        if (!is_file($file)) {
            return null;
        }
        require_once $file;
        return class_exists($name, false) ? new $name() : null;
    }

    public static function snake(string $name): string
    {
        return strtolower((string) preg_replace('/(?<!^)[A-Z]/', '_$0', $name));
    }

    public static function camel(string $name): string
    {
        return str_replace('_', '', ucwords($name, '_'));
    }
}
