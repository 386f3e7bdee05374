<?php

declare(strict_types=1);

namespace Keyturn\Connector\Wisecp;

/** The folder of the DomainNameAPI module. Looks at texts of files only; nothing of the module is run. */
final class RegistrarFolder
{
    /** Also the name of the module's class. */
    public string $name;
    private string $path;

    private function __construct(string $path, string $name)
    {
        $this->path = $path;
        $this->name = $name;
    }

    /** Null if the module is not installed. Its folder is written in two ways in the vendor's own texts. */
    public static function find(string $modules): ?self
    {
        $registrars = $modules . '/Registrars';
        $names = is_dir($registrars) ? scandir($registrars) : false;
        foreach ($names === false ? [] : $names as $name) {
            if (strtolower($name) === 'domainnameapi' && is_file("$registrars/$name/$name.php")) {
                return new self("$registrars/$name", $name);
            }
        }

        return null;
    }

    public function file(string $name): string
    {
        return $this->path . '/' . $name;
    }

    public function moduleVersion(): ?string
    {
        return $this->version($this->name . '.php', '/public\s+\$version\s*=\s*[\'"]([0-9][0-9.]*)[\'"]/');
    }

    /** Releases before 3.0.0 have the whole library in one file, with a constant. */
    public function libraryVersion(): ?string
    {
        return $this->version('SharedApiConfigAndUtilsTrait.php', '/\$VERSION\s*=\s*[\'"]([0-9][0-9.]*)[\'"]/')
            ?? $this->version('api.php', '/const\s+VERSION\s*=\s*[\'"]([0-9][0-9.]*)[\'"]/');
    }

    private function version(string $name, string $pattern): ?string
    {
        $file = $this->file($name);
        $text = is_file($file) ? file_get_contents($file, false, null, 0, 65536) : false;

        return $text !== false && preg_match($pattern, $text, $match) === 1 ? $match[1] : null;
    }
}
