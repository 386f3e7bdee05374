<?php

/** The functions of the library that everything else calls. */
class CE_Lib
{
    /** Level 4 is what support asks for when something does not work: everything, whole requests included. */
    public static function log($level, $what): void
    {
        if ($level <= \Keyturn\Host\config('logLevel', 4)) {
            \Keyturn\Host\writeLog('clientexec', '(' . $level . ') ' . print_r($what, true));
        }
    }

    public static function getAppVersion(): string
    {
        if (\Keyturn\Host\config('version') === 'untold') {
            throw new ArgumentCountError('Too few arguments to function CE_Lib::getAppVersion()');
        }
        return CE_VERSION;
    }

    public static function redirectPage(string $to): void
    {
        header('Location: ' . $to, true, 302);
        exit;
    }
}
