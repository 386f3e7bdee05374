<?php

declare(strict_types=1);

final class Utility
{
    /** PHP source of an array; with `pwith` a whole file. What config `drops` names is left out, as by a broken module update. */
    public static function array_export($array = [], $options = [])
    {
        $drops = \Keyturn\Host\config('drops');
        if ($drops !== null) {
            unset($array['settings'][$drops]);
        }
        $source = var_export($array, true);
        return empty($options['pwith']) ? $source : "<?php\n\nreturn $source;\n";
    }

    public static function jencode($value, $flags = 0)
    {
        return json_encode($value, $flags | JSON_UNESCAPED_UNICODE);
    }
}
