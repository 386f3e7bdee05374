<?php

define('SESSION_NAME', 'CLIENTEXEC');
define('CE_VERSION', '6.8.3');

/** Texts of the installation's language; the settings of plugins are named through this, too. */
function lang(string $text): string
{
    $turkish = [
        'Use testing server' => 'Test sunucusunu kullan',
        'NameServer 1' => 'Ad Sunucusu 1',
        'NameServer 2' => 'Ad Sunucusu 2',
    ];
    return \Keyturn\Host\config('language') === 'tr' ? ($turkish[$text] ?? $text) : $text;
}
