<?php

declare(strict_types=1);

final class Filter
{
    /** False for a field that was not posted. */
    public static function POST($name, $type = '')
    {
        if (!isset($_POST[$name])) {
            return false;
        }
        $value = trim((string) $_POST[$name]);
        return $type === 'numbers' ? preg_replace('/[^0-9]/', '', $value) : strip_tags($value);
    }
}
