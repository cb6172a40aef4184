"""Drafts that are edited step by step, and runs that improve them"""

import sqlalchemy as sa
from alembic import op

from tileplan.kernel import db

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

RUN_KINDS = ('plan', 'copy', 'stable', 'free')
STEP_KINDS = (
    'made', 'put', 'shifted', 'locked', 'unlocked', 'repaired', 'stable', 'free', 'renewed',
    'split', 'merged',
)


def upgrade() -> None:
    """Go up."""
    # Columns are only added: rows of other tables refer to these, so they are not made anew.
    kinds = sa.Enum(*RUN_KINDS, name='runkind', native_enum=False, length=30)
    op.add_column('run', sa.Column('kind', kinds, nullable=False, server_default='plan'))
    op.add_column('run', sa.Column('draft', sa.String(length=20), nullable=True))
    op.add_column(
        'plan_version', sa.Column('step', sa.Integer(), nullable=False, server_default='0')
    )
    op.add_column('plan_version', sa.Column('replan_id', sa.Integer(), nullable=True))
    op.create_table(
        'plan_step',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('plan_id', sa.Integer(), nullable=False),
        sa.Column('position', sa.Integer(), nullable=False),
        sa.Column(
            'kind',
            sa.Enum(*STEP_KINDS, name='stepkind', native_enum=False, length=30),
            nullable=False,
        ),
        sa.Column('detail', sa.JSON(), nullable=False),
        sa.Column('epoch_at', db.Moment(), nullable=False),
        sa.Column('problem', db.Packed(), nullable=True),
        sa.Column('lots', sa.JSON(), nullable=True),
        sa.Column('pins', sa.JSON(), nullable=False),
        sa.Column('plan', db.Packed(), nullable=False),
        sa.Column('price', sa.JSON(), nullable=False),
        sa.Column('figures', sa.JSON(), nullable=False),
        sa.Column('by_name', sa.String(length=60), nullable=False),
        sa.Column('at', db.Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ['plan_id'], ['plan_version.id'], name=op.f('fk_plan_step_plan_id_plan_version')
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_plan_step')),
        sa.UniqueConstraint('plan_id', 'position', name=op.f('uq_plan_step_plan_id_position')),
    )


def downgrade() -> None:
    """Go down."""
    op.drop_table('plan_step')
    op.drop_column('plan_version', 'replan_id')
    op.drop_column('plan_version', 'step')
    op.drop_column('run', 'draft')
    op.drop_column('run', 'kind')
