<?php

declare(strict_types=1);

// WISECP's own loader knows one class per module; these are the rest of this addon.
spl_autoload_register(static function (string $class): void {
    $prefix = 'Keyturn\\Connector\\Wisecp\\';
    if (strncmp($class, $prefix, strlen($prefix)) !== 0) {
        return;
    }
    $file = __DIR__ . '/src/' . substr($class, strlen($prefix)) . '.php';
    if (is_file($file)) {
        require $file;
    }
});
