<?php

declare(strict_types=1);

namespace Keyturn\Host\Whmcs;

/** Hook points: files in includes/hooks are loaded with every request and add functions to them. */
final class Hooks
{
    /** @var array<string, array<int, callable[]>> by point, then priority */
    private static array $functions = [];

    public static function add(string $point, int $priority, callable $function): void
    {
        self::$functions[$point][$priority][] = $function;
    }

    /** @param array<string, mixed> $vars */
    public static function run(string $point, array $vars): void
    {
        $all = self::$functions[$point] ?? [];
        ksort($all);
        foreach ($all as $functions) {
            foreach ($functions as $function) {
                $function($vars);
            }
        }
    }

    public static function load(string $folder): void
    {
        foreach (glob("$folder/*.php") ?: [] as $file) {
            (static function () use ($file): void {
                require_once $file;
            })();
        }
    }
}
