<?php

declare(strict_types=1);

final class Utility
{
    /** PHP source of an array; with `pwith` a whole file. The setting that config `drops` names is left out, or (`dropsOnce`) once. */
    public static function array_export($array = [], $options = [])
    {
        $drops = \Keyturn\Host\config('drops');
        if ($drops !== null) {
            unset($array['settings'][$drops]);
            if (\Keyturn\Host\config('dropsOnce') === true) {
                \Keyturn\Host\configure(['drops' => null, 'dropsOnce' => null]);
            }
        }
        $source = var_export($array, true);
        return empty($options['pwith']) ? $source : "<?php\n\nreturn $source;\n";
    }

    public static function jencode($value, $flags = 0)
    {
        return json_encode($value, $flags | JSON_UNESCAPED_UNICODE);
    }
}
