<?php

/** ClientExec's own pretty addresses end in its front controller, which shows a login page for what it does not know. */
return static function (string $path): ?string {
    $root = \Keyturn\Host\settings()['root'];
    $isThere = file_exists($root . rtrim($path, '/'));
    // A hosted ClientExec lets nobody put files of their own anywhere.
    if (\Keyturn\Host\config('hosted', false) === true && strncmp($path, '/plugins/snapin/', 16) === 0) {
        return 'not-here';
    }
    return $isThere || \Keyturn\Host\config('rewrite', false) !== true ? null : 'index.php';
};
