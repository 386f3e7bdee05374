<?php

declare(strict_types=1);

/** What plugins and modules have in common: a config.json. */
#[AllowDynamicProperties]
abstract class Extension
{
    /** @var array<string, mixed> */
    protected array $settings = [];

    public function getVersion(): string
    {
        return (string) ($this->settings['version'] ?? '');
    }

    public function getName(): string
    {
        return $this->translated((string) ($this->settings['name'] ?? ''));
    }

    protected function loadConfig(string $file): void
    {
        $this->settings = json_decode((string) file_get_contents($file), true, 16, JSON_THROW_ON_ERROR);
    }

    private function translated(string $text): string
    {
        $found = Language::_($text, true);
        return $found === '' ? $text : $found;
    }
}

abstract class Plugin extends Extension
{
    public function install($plugin_id)
    {
    }
}

abstract class RegistrarModule extends Extension
{
    public Input $Input;

    /** Writes to the module log that staff can read. */
    protected function log(string $url, string $data, string $direction, bool $success): void
    {
        (new Record())->insert('log_modules', [
            'url' => $url,
            'data' => $data,
            'direction' => $direction,
            'status' => $success ? 'success' : 'error',
        ]);
    }
}
