<?php

/** Blesta's rewriting: what is no file goes to index.php. */

declare(strict_types=1);

return static function (string $path): ?string {
    $root = \Keyturn\Host\settings()['root'];
    return is_file($root . $path) || strpos($path, '.php/') !== false ? null : 'index.php';
};
