<?php

/** The admin folder has the name that the operator gave it; the files behind it do not move. */

declare(strict_types=1);

use function Keyturn\Host\config;

return static function (string $path): ?string {
    $folder = '/' . config('adminFolder', 'admin');
    if ($path === "$folder/api.php") {
        return 'hbf/api.php';
    }
    if ($path === $folder || $path === "$folder/" || $path === "$folder/index.php") {
        return 'hbf/login.php';
    }
    // A default name that is no longer in use: some installations send its callers to the front page.
    if (strncmp($path, '/admin/', 7) === 0 && config('oldFolder') === 'redirect') {
        return 'hbf/elsewhere.php';
    }
    return strncmp($path, '/hbf/', 5) === 0 ? 'nowhere.php' : null;
};
