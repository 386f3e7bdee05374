<?php

declare(strict_types=1);

namespace Keyturn\Connector;

/** The one folder that the connector writes to: nonces, counters and the lock, none of which is a secret. */
final class StateFolder
{
    private const DENY = "<IfModule mod_authz_core.c>\nRequire all denied\n</IfModule>\n"
        . "<IfModule !mod_authz_core.c>\nDeny from all\n</IfModule>\n";

    private string $path;

    public function __construct(string $home)
    {
        $this->path = $home . '/state';
    }

    /** Whether files can be made here. Makes the folder if it is missing, because an FTP client may leave out an empty one. */
    public function isWritable(): bool
    {
        clearstatcache(true, $this->path);
        if (!file_exists($this->path) && @mkdir($this->path, 0700)) {
            @file_put_contents($this->path . '/.htaccess', self::DENY);
        }
        return is_dir($this->path) && is_writable($this->path);
    }

    public function file(string $name): string
    {
        return $this->path . '/' . $name;
    }

    /** @return string[] names of the files that match */
    public function names(string $pattern): array
    {
        $names = @scandir($this->path, SCANDIR_SORT_NONE);
        return $names === false ? [] : array_values((array) preg_grep($pattern, $names));
    }

    /**
     * Opens a file under an exclusive lock; both end with fclose(). Null if that cannot be done within the time.
     *
     * @return resource|null
     */
    public function lock(string $name, int $waitMs)
    {
        $file = $this->file($name);
        // Whoever can put a link here could make us write to where it leads.
        if (!$this->isWritable() || is_link($file)) {
            return null;
        }
        $handle = @fopen($file, 'c+');
        $until = microtime(true) + $waitMs / 1000;
        while ($handle !== false && !flock($handle, LOCK_EX | LOCK_NB)) {
            if (microtime(true) > $until) {
                fclose($handle);
                return null;
            }
            usleep(20000);
        }
        return $handle === false ? null : $handle;
    }
}
