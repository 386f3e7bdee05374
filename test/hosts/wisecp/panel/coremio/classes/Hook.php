<?php

declare(strict_types=1);

final class Hook
{
    private static $listeners = [];

    public static function add($name, $priority, $listener)
    {
        self::$listeners[$name][$priority][] = $listener;
    }

    /** With arguments by reference; what a listener returns is not looked at. */
    public static function runRefs($name, &...$arguments)
    {
        $listeners = self::$listeners[$name] ?? [];
        ksort($listeners);
        foreach (array_merge(...array_values($listeners)) as $listener) {
            $listener(...$arguments);
        }
    }
}
