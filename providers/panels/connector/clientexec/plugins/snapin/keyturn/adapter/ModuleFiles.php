<?php

declare(strict_types=1);

namespace Keyturn\Connector\ClientExec;

use Keyturn\Connector\Module;

/** What the files of the DomainNameAPI plugin say, read as text: nothing of it is run, and no request leaves for it. */
final class ModuleFiles
{
    private const FOLDER = 'plugins/registrars/domainnameapi/';

    /** The settings of version 2.0.16, for a plugin whose source cannot be read this way. */
    private const KNOWN_LABELS = [
        'Plugin Name', 'Use testing server', 'Username', 'Password', 'NameServer 1', 'NameServer 2', 'Supported Features',
        'Actions', 'Registered Actions', 'Registered Actions For Customer',
    ];

    /** @var string */
    private $root;

    public function __construct(string $root)
    {
        $this->root = $root;
    }

    public function module(): Module
    {
        $source = $this->source('PluginDomainnameapi.php');
        if ($source === null) {
            return new Module(false, null, null, null);
        }
        // Whether ClientExec would use the plugin shows in its TLD settings, not in the plugin: nothing is said about it.
        $library = $this->source('SharedApiConfigAndUtilsTrait.php') ?? $this->source('api.php') ?? '';
        return new Module(
            true,
            null,
            self::version('/\bMODULE_VERSION\s*=\s*[\'"]([\d.]{1,20})[\'"]/', $source),
            self::version('/\$VERSION\s*=\s*[\'"]([\d.]{1,20})[\'"]/i', $library)
        );
    }

    /**
     * Names under which ClientExec may keep the plugin's settings: those of its getVariables() as they are written, and, because
     * they pass through lang(), as this installation's language has them.
     *
     * @return array<int,string>
     */
    public function labels(): array
    {
        $source = $this->source('PluginDomainnameapi.php') ?? '';
        preg_match_all('/\blang\(\s*\'([^\'\\\\]{1,60})\'\s*\)\s*=>\s*(?:\[|array\()/', $source, $found);
        $labels = $found[1] === [] ? self::KNOWN_LABELS : $found[1];
        foreach ($labels as $label) {
            $labels[] = self::translated($label);
        }
        return array_values(array_unique($labels));
    }

    private static function translated(string $label): string
    {
        $text = function_exists('lang') ? \lang($label) : $label;
        return is_string($text) ? $text : $label;
    }

    private function source(string $file): ?string
    {
        $path = $this->root . '/' . self::FOLDER . $file;
        $text = is_file($path) ? file_get_contents($path) : false;
        return $text === false ? null : $text;
    }

    private static function version(string $pattern, string $source): ?string
    {
        return preg_match($pattern, $source, $found) === 1 ? $found[1] : null;
    }
}
