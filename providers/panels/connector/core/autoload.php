<?php

declare(strict_types=1);

/*
 * Loads the classes of this folder when they are first used. No Composer: the connector brings nothing along
 * and needs nothing but PHP with curl, json, hash and sodium.
 */
spl_autoload_register(static function (string $class): void {
    $prefix = 'Keyturn\\Connector\\';
    if (strncmp($class, $prefix, strlen($prefix)) !== 0) {
        return;
    }
    $file = __DIR__ . '/' . substr($class, strlen($prefix)) . '.php';
    if (strpos($class, '..') === false && is_file($file)) {
        require_once $file;
    }
});
