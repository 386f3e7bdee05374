<?php

declare(strict_types=1);

// Asked for through the web server, the file does nothing and says nothing of where it lies.
if (!class_exists('Plugin')) {
    return;
}

/**
 * What Blesta shows in its list of plugins. There is nothing to install: no table, no cron task, no link and no permission.
 */
final class KeyturnPlugin extends Plugin
{
    public function __construct()
    {
        // The language comes first because config.json names texts of it.
        Language::loadLang('keyturn_plugin', null, __DIR__ . '/language/');
        $this->loadConfig(__DIR__ . '/config.json');
    }
}
