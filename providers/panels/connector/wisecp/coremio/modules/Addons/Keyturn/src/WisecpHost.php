<?php

declare(strict_types=1);

namespace Keyturn\Connector\Wisecp;

use Keyturn\Connector\Host;
use Keyturn\Connector\Module;
use Keyturn\Connector\Refusal;
use Keyturn\Connector\Stored;

// Asked for through the web server, the file does nothing and says nothing of where it lies.
if (!interface_exists(Host::class)) {
    return;
}

/** WISECP from inside. `$modules` is its coremio/modules folder. */
final class WisecpHost implements Host
{
    private ?RegistrarFolder $folder;
    /** @var array<string, mixed> the other settings as they were when last looked at */
    private array $seen = [];

    public function __construct(string $modules)
    {
        $this->folder = RegistrarFolder::find($modules);
    }

    public function kind(): string
    {
        return 'wisecp';
    }

    /** Nothing that WISECP documents tells its own version. */
    public function version(): ?string
    {
        return null;
    }

    public function module(): Module
    {
        if ($this->folder === null) {
            return new Module(false, null, null, null);
        }

        // WISECP keeps no switch for a registrar: an extension that points at the module is what puts it in use.
        return new Module(true, null, $this->folder->moduleVersion(), $this->folder->libraryVersion());
    }

    public function places(): array
    {
        return ['' => 'DomainNameAPI'];
    }

    public function read(string $place): Stored
    {
        $stored = Settings::read($this->config()->load());
        $this->seen = $stored->others;

        return $stored;
    }

    public function write(string $place, Stored $wanted): void
    {
        self::refuseCode($wanted->username);
        $config = $this->config();
        $this->settle($config);
        $lost = array_filter($wanted->others, function ($value, $name): bool {
            return !array_key_exists($name, $this->seen) || $this->seen[$name] !== $value;
        }, ARRAY_FILTER_USE_BOTH);
        // Read again: the module may just have rewritten its file.
        $config->save(Settings::merge($config->load(), $wanted, $lost));
    }

    /**
     * The username goes into a file of PHP as it is (the password is encrypted there), by a function whose quoting is not documented.
     * No letter, whoever wrote it, may bring code in. A Reseller ID needs none of what is refused here.
     */
    private static function refuseCode(string $username): void
    {
        if (preg_match('/\A[A-Za-z0-9@._+-]*\z/', $username) !== 1) {
            $facts = ['fields' => ['username'], 'others' => []];
            throw new Refusal('not-saved', 'This username has characters that a settings file must not have.', $facts);
        }
    }

    public function canWrite(): bool
    {
        return $this->folder !== null && $this->config()->isWritable();
    }

    /**
     * Right after an update the module rewrites its whole config.php the next time that anything makes an instance of it, with what that
     * request had read before. Made to do so now, it has no reason to do it on top of the new credential. Its constructor calls nobody.
     */
    private function settle(RegistrarConfig $config): void
    {
        $meta = $config->load()['meta'] ?? null;
        $noted = is_array($meta) ? ($meta['version'] ?? null) : null;
        if ($noted === $this->folder()->moduleVersion()) {
            return;
        }
        try {
            $this->makeInstance($this->folder()->name);
        } catch (\Throwable $error) {
            // A module that cannot be made does not rewrite anything; whether the credential was saved is seen by reading it again.
        }
    }

    private function makeInstance(string $name): void
    {
        if (method_exists('Modules', 'getInstance')) {
            \Modules::getInstance('Registrars', $name);

            return;
        }
        \Modules::Load('Registrars', $name);
        if (class_exists($name)) {
            new $name();
        }
    }

    private function config(): RegistrarConfig
    {
        return new RegistrarConfig($this->folder());
    }

    private function folder(): RegistrarFolder
    {
        if ($this->folder === null) {
            throw new Refusal('module-missing', 'The DomainNameAPI module is not installed in this WISECP.');
        }

        return $this->folder;
    }
}
