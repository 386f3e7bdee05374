<?php

declare(strict_types=1);

final class FileManager
{
    /** Writes a file; the compiled copy of a PHP file is forgotten. `file_write` of config `loses` says yes and writes nothing. */
    public static function file_write($file, $data = null, $mode = 'w', $flags = 0)
    {
        if (\Keyturn\Host\config('loses') === true) {
            return true;
        }
        $handle = @fopen($file, $mode);
        if ($handle === false) {
            return false;
        }
        fwrite($handle, (string) $data);
        fclose($handle);
        if (substr($file, -4) === '.php') {
            Compiled::invalidate($file);
        }
        return true;
    }
}
