<?php

declare(strict_types=1);

namespace Keyturn\Connector\Whmcs;

/** The vendor's module as it lies on the disk. Its files are read as text: loading them would run the vendor's code. */
final class ModuleFiles
{
    private const NUMBER = '(\d{1,4}\.\d{1,4}\.\d{1,4})';

    private string $folder;

    public function __construct(string $root)
    {
        $this->folder = $root . '/modules/registrars/domainnameapi';
    }

    public function arePresent(): bool
    {
        return is_file($this->folder . '/domainnameapi.php');
    }

    /** From domainnameapi_version(), else from whmcs.json; modules before 3.0 have neither. */
    public function moduleVersion(): ?string
    {
        $function = '/function\s+domainnameapi_version\s*\([^{]*\{[^}]*?[\'"]' . self::NUMBER . '[\'"]/';
        return $this->find('domainnameapi.php', $function)
            ?? $this->find('whmcs.json', '/"schema"\s*:\s*"' . self::NUMBER . '"/');
    }

    /** From the trait that all library classes share; libraries before 3.0 have it in the class itself. */
    public function libraryVersion(): ?string
    {
        $pattern = '/\bVERSION\s*=\s*[\'"]' . self::NUMBER . '[\'"]/i';
        return $this->find('lib/SharedApiConfigAndUtilsTrait.php', $pattern) ?? $this->find('lib/dna.php', $pattern);
    }

    private function find(string $file, string $pattern): ?string
    {
        $path = $this->folder . '/' . $file;
        $text = is_file($path) && is_readable($path) ? (string) file_get_contents($path) : '';
        return preg_match($pattern, $text, $found) === 1 ? $found[1] : null;
    }
}
