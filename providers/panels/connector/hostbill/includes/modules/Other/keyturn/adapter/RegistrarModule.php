<?php

declare(strict_types=1);

namespace Keyturn\Connector\HostBill;

use Keyturn\Connector\Module;
use Keyturn\Connector\Refusal;

/** The DomainNameAPI module as HostBill runs it, and what its files say of its version. */
final class RegistrarModule
{
    private const FILE = 'class.domainnameapi.php';
    /** Where the bundled library tells its version: the trait since 3.0.0, the one file before. */
    private const LIBRARY_FILES = ['lib/SharedApiConfigAndUtilsTrait.php', 'lib/dna.php'];

    private string $folder;

    /** @param string $modules HostBill's includes/modules */
    public function __construct(string $modules)
    {
        $this->folder = $modules . '/Domain/domainnameapi';
    }

    public function facts(): Module
    {
        $present = is_file($this->folder . '/' . self::FILE);

        return new Module($present, $present ? $this->isActive() : null, $this->version(), $this->library());
    }

    /** A fresh look each time: HostBill reads the row when it makes the instance. */
    public function instance(): object
    {
        if (!is_file($this->folder . '/' . self::FILE)) {
            throw new Refusal('module-missing', 'The DomainNameAPI module is not installed.');
        }
        $instance = $this->find();
        if ($instance === null) {
            throw new Refusal('module-inactive', 'The DomainNameAPI module is not active.');
        }

        return $instance;
    }

    /**
     * The settings that the module itself works with, in its own shape: name => ['value' => ..., 'type' => ...]. HostBill has
     * filled and decrypted them. They are protected and no getter is documented, so they are read by reflection.
     *
     * @return array<string,mixed>
     */
    public function configuration(object $instance): array
    {
        $property = new \ReflectionProperty($instance, 'configuration');
        $property->setAccessible(true);
        $configuration = $property->getValue($instance);
        foreach (['username', 'password'] as $name) {
            if (!is_array($configuration) || !is_array($configuration[$name] ?? null)) {
                throw new Refusal('panel-error', 'The settings of the DomainNameAPI module have another form than expected.');
            }
        }

        return $configuration;
    }

    /** HostBill hands out active modules only. Null: this HostBill has no module factory to ask. */
    private function isActive(): ?bool
    {
        return class_exists('ModuleFactory') ? $this->find() !== null : null;
    }

    private function find(): ?object
    {
        if (!class_exists('ModuleFactory')) {
            throw new Refusal('panel-error', 'This HostBill has no module factory.');
        }
        $factory = \ModuleFactory::singleton();
        // Public modules call the one or the other.
        $instance = method_exists($factory, 'getModuleByFname')
            ? $factory->getModuleByFname(self::FILE)
            : $factory->getModule('Domain', self::FILE);

        return is_object($instance) ? $instance : null;
    }

    private function version(): ?string
    {
        return $this->versionIn(self::FILE, '/\$version\s*=\s*[\'"]([0-9][0-9A-Za-z.+-]{0,39})[\'"]/');
    }

    private function library(): ?string
    {
        foreach (self::LIBRARY_FILES as $file) {
            $version = $this->versionIn($file, '/\bVERSION\s*=\s*[\'"]V?([0-9][0-9A-Za-z.+-]{0,39})[\'"]/');
            if ($version !== null) {
                return $version;
            }
        }

        return null;
    }

    private function versionIn(string $file, string $pattern): ?string
    {
        $path = $this->folder . '/' . $file;
        if (!is_file($path)) {
            return null;
        }
        $text = (string) file_get_contents($path, false, null, 0, 200000);

        return preg_match($pattern, $text, $found) === 1 ? $found[1] : null;
    }
}
