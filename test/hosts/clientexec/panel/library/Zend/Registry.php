<?php

/** Stand-in for the part of Zend Framework that ClientExec keeps its globals in. */
class Zend_Registry
{
    private static $values = [];

    public static function set(string $name, $value): void
    {
        self::$values[$name] = $value;
    }

    public static function get(string $name)
    {
        if (!isset(self::$values[$name])) {
            throw new RuntimeException("No entry is registered for key '$name'");
        }
        return self::$values[$name];
    }
}
