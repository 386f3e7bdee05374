<?php

declare(strict_types=1);

/** What both generations of `Modules` share: configuration and language are included once in a request, and kept. */
trait ModuleRegistry
{
    private static $modules = [];

    public static function Load($type = '', $name = '', $nominc = false, $status = '')
    {
        if ($name === 'All') {
            return self::all($type, $nominc, $status);
        }
        $folder = MODULE_DIR . $type . DS . $name . DS;
        if (!is_dir($folder)) {
            return false;
        }
        if (!isset(self::$modules[$type][$name])) {
            self::$modules[$type][$name] = [
                'config' => is_file("{$folder}config.php") ? include "{$folder}config.php" : [],
                'lang' => is_file("{$folder}lang/en.php") ? include "{$folder}lang/en.php" : [],
            ];
        }
        if (!$nominc) {
            include_once "$folder$name.php";
        }
        return self::$modules[$type][$name];
    }

    /** The kept copy; a file that appeared since is not looked at, except that there was none. */
    public static function Config($type, $module)
    {
        $config = self::$modules[$type][$module]['config'] ?? null;
        $file = MODULE_DIR . $type . DS . $module . DS . 'config.php';
        return $config === [] && is_file($file) ? self::$modules[$type][$module]['config'] = include $file : $config;
    }

    public static function Lang($type, $module, $lang = '')
    {
        return self::Load($type, $module, true)['lang'] ?? [];
    }

    private static function all($type, $nominc, $status): array
    {
        $found = [];
        foreach (glob(MODULE_DIR . $type . DS . '*', GLOB_ONLYDIR) ?: [] as $folder) {
            $record = self::Load($type, basename($folder), $nominc);
            if (!is_bool($status) || ($record['config']['status'] ?? false) === $status) {
                $found[basename($folder)] = $record;
            }
        }
        return $found;
    }
}
