<?php

declare(strict_types=1);

namespace Keyturn\Connector\Wisecp;

use Keyturn\Connector\Refusal;

/** The module's config.php, which is the only place where WISECP keeps a module's settings. */
final class RegistrarConfig
{
    private RegistrarFolder $folder;

    public function __construct(RegistrarFolder $folder)
    {
        $this->folder = $folder;
    }

    /**
     * What the panel's next request would see: included as the panel does it, so that a stale compiled copy is seen as well, but past
     * the copy that WISECP's Modules class keeps for the rest of this request.
     *
     * @return array<string, mixed> empty if there is no such file yet
     */
    public function load(): array
    {
        $file = $this->path();
        clearstatcache(true, $file);
        if (!is_file($file)) {
            return [];
        }
        $config = (static function (string $file) {
            return include $file;
        })($file);
        if (!is_array($config)) {
            throw new Refusal('panel-error', "The module's config.php does not hold settings.");
        }

        return $config;
    }

    /**
     * Writes the whole file in the way of the module's own settings page: a file that is written otherwise stays compiled with its old
     * values.
     *
     * @param array<string, mixed> $config
     */
    public function save(array $config): void
    {
        $file = $this->path();
        \FileManager::file_write($file, \Utility::array_export($config, ['pwith' => true]));
        if (function_exists('opcache_invalidate')) {
            // WISECP does this itself from some version on. Where the web host forbids it, the call only says no.
            @opcache_invalidate($file, true);
        }
    }

    public function isWritable(): bool
    {
        $file = $this->path();

        return is_writable(is_file($file) ? $file : dirname($file));
    }

    private function path(): string
    {
        return $this->folder->file('config.php');
    }
}
