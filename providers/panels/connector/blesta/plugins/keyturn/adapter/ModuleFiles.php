<?php

declare(strict_types=1);

namespace Keyturn\Connector\Blesta;

use Keyturn\Connector\Module;

/** The vendor's module as it lies on the disk. Its files are read as text, because loading its classes would do things. */
final class ModuleFiles
{
    private string $folder;

    public function __construct(string $root)
    {
        $this->folder = $root . '/components/modules/domainnameapi';
    }

    /** @param bool $installed whether the company has the module installed; lying on the disk is not enough */
    public function facts(bool $installed): Module
    {
        $config = json_decode($this->read('config.json'), true);
        $version = is_array($config) && is_string($config['version'] ?? null) ? $config['version'] : null;
        $present = is_file($this->folder . '/domainnameapi.php');
        return new Module($present, $present ? $installed : null, $version, $this->library());
    }

    private function library(): ?string
    {
        $text = $this->read('apis/SharedApiConfigAndUtilsTrait.php');
        return preg_match('/\$VERSION\s*=\s*[\'"]([\w.+-]{1,40})[\'"]/', $text, $found) === 1 ? $found[1] : null;
    }

    private function read(string $file): string
    {
        $path = $this->folder . '/' . $file;
        return is_file($path) && is_readable($path) ? (string) file_get_contents($path) : '';
    }
}
